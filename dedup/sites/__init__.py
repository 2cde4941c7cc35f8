"""What a site prints on many of its pages: counts it, weighs the evidence, decides which passages to cut."""
