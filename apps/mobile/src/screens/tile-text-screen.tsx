import { useCommunity } from '../app/session.ts';
import { Loaded, Message, Page } from '../ui/page.tsx';
import { useHome } from './queries.ts';

/** A text of the community's page. */
export default function TileTextScreen({ id }: { id: string }) {
  const community = useCommunity();
  const home = useHome(community.id);
  const target = home.data?.tiles[Number(id)]?.target;
  return (
    <Page title={target?.kind === 'text' ? target.title : community.name} back="/">
      <Loaded query={home}>
        {() =>
          target?.kind === 'text' ? (
            <p className="card" style={{ whiteSpace: 'pre-line' }}>
              {target.body}
            </p>
          ) : (
            <Message title="没有这篇内容" text="物业可能已经把它撤下了。" />
          )
        }
      </Loaded>
    </Page>
  );
}
