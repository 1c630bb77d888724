import { useLanguage } from '../language';
import { Modal } from './modal';
import { SignInForm } from './sign-in-form';

export default function SignInDialog({ onClose }: { readonly onClose: () => void }) {
  const { t } = useLanguage();
  return (
    <Modal className="panel" label={t.signIn} onClose={onClose}>
      <h2>{t.signIn}</h2>
      <SignInForm />
    </Modal>
  );
}
