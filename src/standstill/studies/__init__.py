"""Studies: what is made of runs. They may build scenarios and rerun them; they print nothing."""
