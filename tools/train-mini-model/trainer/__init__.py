"""Trains wentu-mini, the small Chinese text-to-image model that Wentu ships."""
