"""Bulk work without any orchestrator: discover inputs, process them in killable workers, load them in batches.

flows/ wraps these functions in Prefect; without Prefect the same functions run as they are.
"""
