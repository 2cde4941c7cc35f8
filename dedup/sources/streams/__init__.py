"""Documents of a caller that can be read once: they are kept on disk, since a run reads documents again."""
