"""A run from documents to decisions, stage by stage. It writes nothing."""
