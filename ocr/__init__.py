"""Page image → words: cleaning, orientation, engines, evaluation."""
