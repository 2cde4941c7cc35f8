"""An index in a process of its own, for an event loop that must not wait for it."""
