import fc from 'fast-check';

/**
 * Property tests draw the same examples on every machine and every day, so that a red run is red again.
 * PROPERTY_SEED=… draws others (any whole number; `random` takes a new one each time, told when a property fails).
 */
const wanted = process.env.PROPERTY_SEED ?? '20260310';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
