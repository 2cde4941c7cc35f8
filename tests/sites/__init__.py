"""What a site prints on many of its pages."""
