"""The jobs, over real queues and in processes of their own."""
