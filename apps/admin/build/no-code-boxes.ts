/** Stands in for antd's boxes for one-time codes, which no page of ours shows. */
export default function NoCodeBoxes(): null {
  return null;
}
