"""An index behind a process of its own, asked from an event loop."""
