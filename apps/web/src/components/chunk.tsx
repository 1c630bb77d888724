import { Component, Suspense, type ReactNode } from 'react';

import { useLanguage } from '../language';

interface Props {
  readonly children: ReactNode;
}

/** A part of the page that is loaded on demand. If it cannot be loaded, the rest of the page stays. */
export class Chunk extends Component<Props, { readonly missing: boolean }> {
  override state = { missing: false };

  static getDerivedStateFromError(): { missing: boolean } {
    return { missing: true };
  }

  override render(): ReactNode {
    return this.state.missing ? <Missing /> : <Suspense>{this.props.children}</Suspense>;
  }
}

/** Only reloading the page helps: an upgraded server has other file names for the parts. */
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
