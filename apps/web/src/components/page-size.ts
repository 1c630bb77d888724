/** Pictures of one page of results: about what a screen shows at once. */
export const PAGE = innerWidth * innerHeight > 2_500_000 ? 60 : 24;
