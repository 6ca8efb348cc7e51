"""Charts as inline SVG: text alone, no drawing library; colours come from the page's style."""
