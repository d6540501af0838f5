"""Lắng Nghe: from a citizen's comment on digital transformation to a true answer. This file imports nothing."""
