"""A summary in (`dedup.summary`: plain values), something readable out. Reports count nothing.

terminal: the report of a run, whose parts are in overview (what to look at first), findings (what was found)
and account (what was done), whose shapes are in layout; files: the report as a file, by its name; marked:
articles with what was cut struck out; repeats: articles with every repeat marked and what decided about it;
side_by_side: two articles beside each other, shortened; tuning: what each threshold would do; notebook: a run
as HTML; page: a report as one HTML file, of markup (the terminal's parts), charts and entries (texts);
progress: bars while it runs; safe: text from outside made harmless, which all the others go through.
"""
