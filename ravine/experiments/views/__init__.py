"""How a race is looked at: one module a page, with what the page shows and the rows of its link.

Nothing here changes what is computed: that is the race's run alone.
"""
