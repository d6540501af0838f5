# Short names for the two commands and the lock. Everything works without make.
.PHONY: up check lock

up:
	python3 -m feedback up

check:
	python3 -m feedback check

lock:
	tools/lock.sh
