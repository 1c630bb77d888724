/** The number of pictures on one page of results: about as many as a screen shows. */
export const PAGE = innerWidth * innerHeight > 2_500_000 ? 60 : 24;
