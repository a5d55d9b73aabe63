import { Card, CardBody, CardHeader } from "@/components/ui/card";
import { PageHeader } from "@/components/ui/page-header";
import { Skeleton, TableSkeleton } from "@/components/ui/skeleton";

/** The usage page's own shape: gauges, range, meters, bars, table. */
export default function UsageLoading() {
  return (
    <>
      <PageHeader title="Usage" description="Numbers follow the work by about a second. Days and months are UTC." />
      <Card className="mb-8">
        <CardHeader title="Used of this period’s caps" description={<Skeleton className="mt-1 h-4 w-64" />} />
        <CardBody className="grid gap-8 md:grid-cols-3">
          {["minutes", "calls", "spend"].map((gauge) => <Skeleton key={gauge} className="h-20" />)}
        </CardBody>
      </Card>
      <div className="flex h-9 gap-4 border-b max-sm:h-11">
        {["w-12", "w-20", "w-20"].map((width, index) => <Skeleton key={index} className={`h-4 ${width}`} />)}
      </div>
      <div className="mt-6 grid grid-cols-1 gap-6">
        <div className="grid grid-cols-2 overflow-hidden rounded-lg border bg-surface lg:grid-cols-4">
          {["minutes", "spend", "calls", "tokens"].map((meter) => <div key={meter} className="-mt-px -ml-px grid gap-2 border-t border-l px-4 py-3"><Skeleton className="h-3 w-20" /><Skeleton className="h-5 w-24" /></div>)}
        </div>
        <Card>
          <CardBody><Skeleton className="mb-4 h-5 w-48" /><div className="flex h-48 items-end gap-1">{BARS.map((height, index) => <Skeleton key={index} className={`flex-1 ${height}`} />)}</div></CardBody>
        </Card>
        <Card><TableSkeleton what="usage" /></Card>
      </div>
    </>
  );
}

const BARS = Array.from({ length: 30 }, (_, index) => ["h-8", "h-20", "h-14", "h-28", "h-10"][index % 5] ?? "h-8");
