"""What results look like on paper: figures (extra ``plot``)."""
