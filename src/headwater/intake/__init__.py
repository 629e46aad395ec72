"""Deliveries into what they say: one file a format, none knows another; `formats.FORMATS` lists them."""
