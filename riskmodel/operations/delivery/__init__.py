"""Delivery of approved lists: one file per channel, one receipt per delivery."""

from riskmodel.operations.delivery.channel import Channel, Parcel, receipt_id
from riskmodel.operations.delivery.deliveries import channels, deliver, undelivered
from riskmodel.operations.delivery.folder_channel import FolderChannel

__all__ = ["Channel", "FolderChannel", "Parcel", "channels", "deliver", "receipt_id", "undelivered"]
