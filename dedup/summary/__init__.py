"""What a run decided, as counts, groups, alarms and examples: the values that every report renders."""
