import { dayLength, wallTimeAt } from '../ticks/zone.ts';
import { isGood, isRestorable, type ScheduledImage } from './image.ts';

/** Grandfather, father, son: how many days, weeks, months and years keep their last image. */
export interface Gfs {
  readonly daily?: number | undefined;
  readonly weekly?: number | undefined;
  readonly monthly?: number | undefined;
  readonly yearly?: number | undefined;
}

/**
 * The last restorable image of each of the newest so many periods that have one: a pause takes nothing
 * away. Days are the wall clock's, weeks begin on Monday (ISO 8601). A disabled image stands for its period
 * where no good one does: it is what `disableAfter` makes of an old one. So do copies whose image is gone.
 */
export function keptByGfs(
  newestFirst: readonly ScheduledImage[],
  { daily = 0, weekly = 0, monthly = 0, yearly = 0 }: Gfs,
  timeZone: string,
): ScheduledImage[] {
  const restorable = newestFirst.filter(isRestorable);
  const lastOfEach = (periods: number, periodOf: (wallTime: number) => string | number) => {
    const byPeriod = Map.groupBy(restorable, ({ tick }) => periodOf(wallTimeAt(tick, timeZone)));
    return [...byPeriod.values()]
      .slice(0, periods)
      .flatMap((images) => images.find(isGood) ?? images[0] ?? []);
  };
  return [
    ...lastOfEach(daily, (wall) => Math.floor(wall / dayLength)),
    // The epoch was a Thursday, so that its week began three days before it.
    ...lastOfEach(weekly, (wall) => Math.floor((wall / dayLength + 3) / 7)),
    ...lastOfEach(monthly, (wall) => new Date(wall).toISOString().slice(0, 7)),
    ...lastOfEach(yearly, (wall) => new Date(wall).getUTCFullYear()),
  ];
}
