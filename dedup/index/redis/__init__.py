"""An index on a Redis server, which many processes add to and ask at once."""
