"""The server as an index sees it: its address, the connection, the keys, and what it does in one step."""
