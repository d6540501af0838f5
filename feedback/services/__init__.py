"""Use cases: one public function each, keyword arguments only; they flush and never commit."""
