import { Download } from "lucide-react";
import { Button } from "@/components/ui/button";

/** Downloads what a card shows, as the API's CSV. */
export function CsvLink({ href, what }: { href: string; what: string }) {
  return (
    <Button asChild size="sm">
      <a href={href} download aria-label={`Download CSV: ${what}`}>
        <Download aria-hidden="true" />
        CSV
      </a>
    </Button>
  );
}
