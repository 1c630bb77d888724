/** The signal with which a decoder ends itself above its memory limit. No crash causes this signal. */
export const TOO_MUCH_MEMORY = 'SIGUSR2';
