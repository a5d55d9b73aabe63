import { Button } from "@/components/ui/button";
import { SelectField } from "@/components/ui/field";

/** Which two versions to compare, as a plain form: the choice lives in the address. */
export function CompareForm({ action, versions, from, to }: { action: string; versions: number[]; from: number; to: number }) {
  const options = versions.map((version) => (
    <option key={version} value={version}>Version {version}</option>
  ));
  return (
    <form action={action} className="mb-6 flex flex-wrap items-end gap-4">
      <SelectField key={`from ${from}`} label="Compare" name="from" defaultValue={from}>{options}</SelectField>
      <SelectField key={`to ${to}`} label="with" name="to" defaultValue={to}>{options}</SelectField>
      <Button type="submit">Compare</Button>
    </form>
  );
}
