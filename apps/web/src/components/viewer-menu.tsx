import { Button, Menu, MenuItem, MenuTrigger, Popover } from 'react-aria-components';

import { useLanguage } from '../language';
import { MoreIcon } from './viewer-icons';

export interface MenuAction {
  readonly label: string;
  /** Opens this address in another tab instead of an act. */
  readonly href?: string;
  readonly act?: () => void;
}

/** The actions that are not needed every day. */
export function ViewerMenu({ actions }: { readonly actions: readonly MenuAction[] }) {
  const { t } = useLanguage();
  return (
    <MenuTrigger>
      <Button className="bar-button" aria-label={t.moreActions}>
        <MoreIcon />
      </Button>
      <Popover className="menu-popover" placement="bottom end">
        <Menu className="menu" aria-label={t.moreActions}>
          {actions.map(({ label, href, act }) => (
            <MenuItem
              key={label}
              className="menu-item"
              textValue={label}
              {...(href === undefined ? {} : { href, target: '_blank', rel: 'noreferrer' })}
              {...(act && { onAction: act })}
            >
              {label}
            </MenuItem>
          ))}
        </Menu>
      </Popover>
    </MenuTrigger>
  );
}
