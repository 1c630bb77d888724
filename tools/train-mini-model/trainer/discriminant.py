"""Linear discriminant analysis: the projection in which vendors agree and concepts differ."""

import torch
from torch.nn import functional as F

SHRINKAGE = 0.1


def discriminant_head(features, labels, dimension):
    """(weight [dimension, f], bias, unit prototypes [concepts, dimension]) from labelled features."""
    width, concepts = features.shape[1], int(labels.max()) + 1
    counts = torch.bincount(labels, minlength=concepts).float()[:, None]
    means = torch.zeros(concepts, width).index_add_(0, labels, features) / counts
    centre = features.mean(0)
    residual = features - means[labels]
    within = residual.T @ residual / len(residual)
    ridge = SHRINKAGE * within.trace() / width * torch.eye(width)
    values, vectors = torch.linalg.eigh(within + ridge)
    whiten = vectors / values.sqrt()
    directions = F.normalize((means - centre) @ whiten, dim=-1)
    projection = whiten @ torch.linalg.svd(directions, full_matrices=False).Vh[:dimension].T
    prototypes = F.normalize((means - centre) @ projection, dim=-1)
    scale = 1 / ((features - centre) @ projection).norm(dim=-1).mean()
    return (projection * scale).T.contiguous(), -(centre @ projection) * scale, prototypes
