"""Turns a Chinese-CLIP checkpoint into a Wentu model folder."""
