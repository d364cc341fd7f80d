import { getTask, type TaskView } from '@anlin/contract';
import type { TestPerson } from './test-app.ts';

const betweenLooksMs = 50;
/** Two minutes: far more than any task of a test needs, however busy the machine is. */
const mostLooks = 2400;

/** The task once it has ended, well or not; the worker of the test's server must be running. */
export async function finishedTask(person: TestPerson, taskId: string): Promise<TaskView> {
  for (let look = 0; look < mostLooks; look += 1) {
    const task = await person.call(getTask, { params: { id: taskId } });
    if (task.state !== 'queued' && task.state !== 'running') return task;
    await new Promise((resolve) => setTimeout(resolve, betweenLooksMs));
  }
  throw new Error('the task did not end');
}
