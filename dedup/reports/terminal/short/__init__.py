"""The report that a run ends with: about twenty lines for people in a hurry. `-v` shows the whole one."""
