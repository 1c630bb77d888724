"""Recall at k."""


def recalls(scores, relevant, ks=(1, 5, 10)) -> list[float]:
    """Share of queries (percent) with a relevant item among the first k.

    scores [queries, items], relevant bool of the same shape; both torch tensors.
    """
    best = scores.masked_fill(~relevant, -9).max(1, keepdim=True).values
    ranks = (scores > best).sum(1)
    return [round(100 * (ranks < k).float().mean().item(), 1) for k in ks]
