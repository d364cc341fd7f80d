import type { ResidentFunctionPath } from '@anlin/contract';
import { type ComponentType, lazy, type ReactNode } from 'react';
import { BillScreen } from '../screens/bill-screen.tsx';
import { DuesScreen } from '../screens/dues-screen.tsx';
import { HomeScreen } from '../screens/home-screen.tsx';
import { Message, PlainPage } from '../ui/page.tsx';
import { go, useAddress } from './router.tsx';
import { useSession } from './session.ts';

const ReceiptsScreen = lazy(() => import('../screens/receipts-screen.tsx'));
const ReceiptScreen = lazy(() => import('../screens/receipt-screen.tsx'));
const PaymentScreen = lazy(() => import('../screens/payment-screen.tsx'));
const PrepaidScreen = lazy(() => import('../screens/prepaid-screen.tsx'));
const AutoPayScreen = lazy(() => import('../screens/auto-pay-screen.tsx'));
const PrepaidAccountScreen = lazy(() => import('../screens/prepaid-account-screen.tsx'));
const AdvanceScreen = lazy(() => import('../screens/advance-screen.tsx'));
const InvoiceScreen = lazy(() => import('../screens/invoice-screen.tsx'));
const MessagesScreen = lazy(() => import('../screens/messages-screen.tsx'));
const HousesScreen = lazy(() => import('../screens/houses-screen.tsx'));
const MembersScreen = lazy(() => import('../screens/members-screen.tsx'));
const VehiclesScreen = lazy(() => import('../screens/vehicles-screen.tsx'));
const VehicleScreen = lazy(() => import('../screens/vehicle-screen.tsx'));
const ProfileScreen = lazy(() => import('../screens/profile-screen.tsx'));
const RemindersScreen = lazy(() => import('../screens/reminders-screen.tsx'));
const RegisterScreen = lazy(() => import('../screens/register-screen.tsx'));
const OwnCollectScreen = lazy(() => import('../screens/own-collect-screen.tsx'));
const TileTextScreen = lazy(() => import('../screens/tile-text-screen.tsx'));

interface Place {
  screen: ComponentType<{ id: string }>;
  /** Shown to whoever lives nowhere yet. */
  isOpen?: boolean;
}

/** By the first word of the address; the second is an id where a screen wants one. What menus lead to is among them. */
const places: Readonly<Record<string, Place>> & Readonly<Record<ResidentFunctionPath, Place>> = {
  '': { screen: HomeScreen },
  dues: { screen: DuesScreen },
  bills: { screen: BillScreen },
  receipts: { screen: ReceiptsScreen },
  receipt: { screen: ReceiptScreen },
  payments: { screen: PaymentScreen },
  prepaid: { screen: PrepaidScreen },
  'auto-pay': { screen: AutoPayScreen },
  'prepaid-account': { screen: PrepaidAccountScreen },
  advance: { screen: AdvanceScreen },
  invoice: { screen: InvoiceScreen },
  messages: { screen: MessagesScreen },
  reminders: { screen: RemindersScreen },
  houses: { screen: HousesScreen },
  members: { screen: MembersScreen },
  vehicles: { screen: VehiclesScreen },
  vehicle: { screen: VehicleScreen },
  text: { screen: TileTextScreen },
  collect: { screen: OwnCollectScreen, isOpen: true },
  profile: { screen: ProfileScreen, isOpen: true },
  register: { screen: RegisterScreen, isOpen: true },
};

/** The screen of the address. Whoever lives nowhere yet is led to register. */
export function Screen(): ReactNode {
  const { path } = useAddress();
  const { community } = useSession();
  const [name = '', id = ''] = path;
  const place = Object.hasOwn(places, name) ? places[name] : undefined;
  if (!place) {
    return (
      <PlainPage title="没有这个页面">
        <Message
          title="没有这个页面"
          text="地址可能不完整，或页面已不在。"
          action={{ label: '回到首页', run: () => go('/') }}
        />
      </PlainPage>
    );
  }
  if (!community && !place.isOpen) return <RegisterScreen id="" />;
  const { screen: Shown } = place;
  return <Shown key={`${community?.id ?? ''}/${name}/${id}`} id={id} />;
}
