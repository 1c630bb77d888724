/** The parts of a name or path after each of which a line may end. They are the text when they are joined. */
export function breakName(name: string): readonly string[] {
  return name.match(/[^/_\-.\\]+[/_\-.\\]*|[/_\-.\\]+/g) ?? [name];
}
