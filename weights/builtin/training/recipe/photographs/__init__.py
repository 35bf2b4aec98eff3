"""From folders of photographs to arrays: what prepare.py does."""
