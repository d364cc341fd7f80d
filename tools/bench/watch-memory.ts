/** Largest resident size of this process seen until it is stopped, in MB. */
export function watchMemory(): { stop(): number } {
  let most = 0;
  const look = () => {
    most = Math.max(most, process.memoryUsage().rss / 2 ** 20);
  };
  const timer = setInterval(look, 50);
  return {
    stop() {
      look();
      clearInterval(timer);
      return most;
    },
  };
}
