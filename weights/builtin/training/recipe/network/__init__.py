"""The network while it is trained, what it begins with, and the published file."""
