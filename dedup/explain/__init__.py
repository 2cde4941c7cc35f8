"""Answers about documents and pairs: what repeats in one, how two compare, what thresholds would do."""
