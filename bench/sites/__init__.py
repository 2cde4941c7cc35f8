"""What a site prints on many pages: the weights, and how good cutting by them is."""
