import { Component, Suspense, type ReactNode } from 'react';

import { useLanguage } from '../language';

interface Props {
  readonly children: ReactNode;
}

/** A part of the page that comes when it is asked for; when it does not come, the rest stays. */
export class Chunk extends Component<Props, { readonly missing: boolean }> {
  override state = { missing: false };

  static getDerivedStateFromError(): { missing: boolean } {
    return { missing: true };
  }

  override render(): ReactNode {
    return this.state.missing ? <Missing /> : <Suspense>{this.props.children}</Suspense>;
  }
}

/** Only a page that is read anew asks for the part again: an upgraded server has other names for it. */
function Missing() {
  const { t } = useLanguage();
  return (
    <div className="missing" role="alert">
      <p>{t.errorOffline}</p>
      <button
        type="button"
        className="primary"
        onClick={() => {
          location.reload();
        }}
      >
        {t.reload}
      </button>
    </div>
  );
}
