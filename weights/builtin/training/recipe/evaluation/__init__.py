"""How near the colours come to the originals, and which temperature and scale to publish."""
