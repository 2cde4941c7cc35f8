"""What can be observed of a repeat: named numbers, by group. `evidence` weighs them.

A name that ends in `_first` is about the original, that is, the copy that stays; the others are about the
copy that would be cut; `page_...` is about the article as a whole. Shares are 0 to 1; 1 and 0 are yes and
no.
"""
