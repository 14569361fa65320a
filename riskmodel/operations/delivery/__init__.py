"""Delivery of approved lists: one file per channel, one receipt per delivery."""

from riskmodel.operations.delivery.channel import Channel, Parcel, receipt_id
from riskmodel.operations.delivery.deliveries import deliver, in_words, queue, undelivered
from riskmodel.operations.delivery.delivery_holds import URGENT, DeliveryHold, grades_of, hold_of
from riskmodel.operations.delivery.drop_channel import DropChannel
from riskmodel.operations.delivery.email_channel import EmailChannel, MailServer
from riskmodel.operations.delivery.escalation import Unacknowledged, queue_escalations, unacknowledged
from riskmodel.operations.delivery.feed_channel import FeedChannel
from riskmodel.operations.delivery.folder_channel import FolderChannel
from riskmodel.operations.delivery.guarded_url import GuardedUrl
from riskmodel.operations.delivery.quiet_hours import QuietHours, local_day, local_time
from riskmodel.operations.delivery.routes import Receiver, Route, receiving_folders, routes
from riskmodel.operations.delivery.webhook_channel import WebhookChannel

__all__ = [
    "URGENT", "Channel", "DeliveryHold", "QuietHours", "Receiver", "DropChannel", "EmailChannel", "FeedChannel", "FolderChannel", "GuardedUrl", "MailServer", "Parcel", "Route",
    "Unacknowledged", "WebhookChannel", "deliver", "grades_of", "hold_of", "in_words", "local_day", "local_time", "queue", "queue_escalations", "receipt_id", "receiving_folders", "routes",
    "unacknowledged", "undelivered",
]  # fmt: skip
