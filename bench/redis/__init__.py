"""Benches of an index on a Redis server. They start a server of their own on 127.0.0.1."""
