"""The HTTP doors: what senders send comes in here, and whoever runs Headwater asks how it is."""
