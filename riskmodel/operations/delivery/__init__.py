"""Delivery: one file a channel. Only approved lists leave; each delivery has a stable id and takes effect once."""

from riskmodel.operations.delivery.channel import Channel, Parcel, receipt_id
from riskmodel.operations.delivery.folder import Folder
from riskmodel.operations.delivery.sending import channels, deliver

__all__ = ["Channel", "Folder", "Parcel", "channels", "deliver", "receipt_id"]
