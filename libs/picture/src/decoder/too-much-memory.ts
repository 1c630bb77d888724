/** The signal that a decoder ends itself with when it has grown beyond its bound; ours, and no crash's. */
export const TOO_MUCH_MEMORY = 'SIGUSR2';
