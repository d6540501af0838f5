# Short names for the two commands and the lock. Everything works without make.
.PHONY: up check lock pictures

up:
	python3 -m feedback up

check:
	python3 -m feedback check

pictures:
	.venv/bin/python -m pytest -q -m e2e tests/e2e/test_desk.py tests/e2e/test_31_three_keystrokes.py
	.venv/bin/python tools/pictures.py

lock:
	tools/lock.sh
